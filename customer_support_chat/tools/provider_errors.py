"""How a call to a provider can fail, by what has to be done about it."""


class ProviderError(Exception):
    """The provider refuses this message for good; the text is for a person.

    Its text never holds the customer's words, so that it may be logged.

    :param code: the provider's own number for the reason, where it gives one
    :param subcode: a closer one below it, where it gives one
    """

    def __init__(self, text="", code=None, subcode=None):
        super().__init__(text)
        self.code = code
        self.subcode = subcode


class ProviderBusy(ProviderError):
    """Nothing was done; the same call may be made later.

    :param wait_seconds: how long the provider asks to wait, if it does
    :param whole_account: whether all calls of the account have to wait
    """

    def __init__(self, text, wait_seconds=None, whole_account=False, **codes):
        super().__init__(text, **codes)
        self.wait_seconds = wait_seconds
        self.whole_account = whole_account


class ProviderRevoked(ProviderError):
    """The account's access was taken back: a person has to mend it."""


class ProviderSilent(ProviderError):
    """The call was made and no answer came: it may have been carried out or not."""


class WindowClosed(ProviderError):
    """The time in which the customer may be written to freely is over."""
