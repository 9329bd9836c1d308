"""Tells a message that only thanks from one that asks for something.

Every word has to be known: what is not understood is a question. Portuguese, English
and emoji. No ORM here.
"""

import re
import unicodedata
from collections.abc import Iterable

MAX_LENGTH = 200

_THANKS = frozenset(
    "obrigado obrigada obrigadao brigado brigada brigadao obg obgd obgda valeu vlw"
    " grato grata agradeco agradecemos agradecido agradecida gratidao"
    " thanks thank thankyou thx thnx tks ty cheers appreciated gracias".split()
)
_THANKING_SIGNS = frozenset("🙏👍🤝❤💙💚💛💜🧡🖤🤍💖💕😊🥰😍👏🙌")
_OTHER_SIGNS = frozenset("🙂😀😃😄😁☺😉🤗✅✔👌🎉🌟⭐✨🌷🌹🌻😘")
# What may stand around thanks. None of them asks, denies or complains.
_FILLERS = frozenset(
    "a o as os e eu nos muito muita muitissimo demais mesmo tudo todos todas certo ok"
    " okay okey perfeito perfeita otimo otima excelente maravilha maravilhoso show"
    " legal beleza blz joia bom boa dia tarde noite abraco abracos abs att"
    " atenciosamente cordialmente equipe pessoal gente voce voces vc vcs"
    " oi ola de coracao resolvido recebido nota dez top"
    " you u so very much a lot many again all i we the team everyone guys"
    " best kind warm regards sincerely great good perfect excellent awesome wonderful"
    " amazing lovely nice have day evening weekend hi hello dear sir madam"
    " and it that that's alright super solved received sorted".split()
)
_ADJECTIVES = (
    r"(?:(?:a|o|as|os|sua|seu|suas|seus|toda|todo|tanta|otim[ao]|excelente|rapid[ao]"
    r"|pront[ao]|boa|bom|all|the|your|quick|fast|prompt|great|kind|good|swift) )*"
)
_SERVICES = (
    r"(?:ajuda|atencao|atendimento|retorno|resposta|rapidez|apoio|suporte|gentileza"
    r"|paciencia|informacao|esclarecimento|agilidade|disponibilidade|solucao"
    r"|help|support|reply|response|answer|service|assistance|patience|update"
    r"|information|info|time|solution|effort|efforts)"
)
_PHONES = r"(?:iphone|ipad|android|ios|celular)"
_PHRASES = (
    re.compile(rf"\b(?:pel[ao]s?|por|for|agradec\w+) {_ADJECTIVES}{_SERVICES}\b"),
    re.compile(
        r"\b(?:por|for) (?:tudo|everything|(?:me )?ajudar(?:em)?|helping(?: me)?)\b"
    ),
    re.compile(r"\b(?:deus|god) (?:te |lhe |os )?(?:abencoe|bless)(?: you)?\b"),
    re.compile(r"\b(?:i |we )?(?:really )?appreciate (?:it|your help|the help)\b"),
    re.compile(r"\b(?:que |eu )?(?:ja )?(?:chegou|recebi|deu tudo certo|deu certo)\b"),
    re.compile(r"\b(?:it )?(?:all )?works(?: now| well| fine| perfectly)?\b"),
    re.compile(r"\b(?:e )?(?:ja )?funcionou\b"),
    # What telephones write below a message.
    re.compile(rf"\b(?:sent from my|get outlook for) {_PHONES}\b"),
    re.compile(rf"\b(?:enviad[ao] do meu|obter o outlook para) {_PHONES}\b"),
)
_BESIDE_WORDS = re.compile(r"[\s.,;:!\-–—_()\"'’*~<]+")


def is_only_thanks(text: str, names: Iterable[str] = ()) -> bool:
    """Whether ``text`` thanks and says nothing else; in doubt it does not.

    :param text: what the person wrote, without the quoted history
    :param names: of customer and agents, who may be addressed or sign
    """
    text = (text or "").strip()
    if not text or len(text) > MAX_LENGTH or "?" in text:
        return False
    words, signs = _split(text)
    if any(sign not in _THANKING_SIGNS | _OTHER_SIGNS for sign in signs):
        return False
    thanks = any(word in _THANKS for word in words.split())
    for phrase in _PHRASES:
        words = phrase.sub(" ", words)
    known = _FILLERS | _THANKS | _get_name_words(names)
    if any(word not in known for word in words.split()):
        return False
    return thanks or any(sign in _THANKING_SIGNS for sign in signs)


def _split(text: str) -> tuple[str, list[str]]:
    """The words, small and without accents, and all other signs but punctuation."""
    kept, signs = [], []
    for character in unicodedata.normalize("NFKD", text.casefold()):
        category = unicodedata.category(character)
        # Accents, variation selectors, joiners, colours of skin.
        if category in ("Mn", "Cf", "Sk"):
            continue
        if category == "So":
            signs.append(character)
            character = " "
        kept.append(character)
    return _BESIDE_WORDS.sub(" ", "".join(kept)).strip(), signs


def _get_name_words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in _split(name or "")[0].split())
