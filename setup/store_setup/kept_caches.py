"""What a running server keeps is kept from one test to the next.

After each test and each class Odoo empties every cache of the registry, so that each
test reads access rights, external ids and defaults anew, and each page compiles its
templates and collects its routes: most of the time of a short test. What Odoo's code
has not emptied during the test does not depend on what the test wrote, and that is
rolled back: it fits the next test as well.
"""

from collections.abc import Callable, Iterable

from odoo.orm.registry import _CACHES_BY_KEY, Registry
from odoo.tests import TransactionCase

# What Odoo empties when it names none.
UNNAMED = ("default",)


class KeptCaches:
    """Notes which caches tests empty, and empties no others when Odoo wants all."""

    def __init__(self) -> None:
        """Nothing was emptied."""
        self._clear = Registry.clear_cache
        self._clear_all = Registry.clear_all_caches
        self._by_test: set[str] = set()
        self._by_class: set[str] = set()

    def install(self) -> None:
        """Take part in what Odoo's caches and test classes do."""
        set_up, set_up_class = TransactionCase.setUp, TransactionCase.setUpClass
        set_up_models = Registry._setup_models__

        def quick_set_up(test) -> None:
            self._by_test.clear()
            # Odoo takes this method of the registry to be called after the test.
            self._use(self._clear_after(self._by_test))
            try:
                set_up(test)
            finally:
                self._use(self._note_all)

        def quick_set_up_class(cls) -> None:
            self._by_class.clear()
            # The last one that is added is called first.
            cls.addClassCleanup(self._use, self._note_all)
            set_up_class.__func__(cls)
            cls.addClassCleanup(self._use, self._clear_after(self._by_class))

        def noted_set_up_models(registry, *arguments, **options):
            # It empties all of them by itself.
            self._note_in_both(_CACHES_BY_KEY)
            return set_up_models(registry, *arguments, **options)

        Registry._setup_models__ = noted_set_up_models
        TransactionCase.setUp = quick_set_up
        TransactionCase.setUpClass = classmethod(quick_set_up_class)
        Registry.clear_cache = lambda registry, *names: self._note(registry, *names)
        self._use(self._note_all)

    def _use(self, method: Callable[[Registry], None]) -> None:
        Registry.clear_all_caches = lambda registry: method(registry)

    def _note(self, registry: Registry, *names: str) -> None:
        self._note_in_both(names or UNNAMED)
        self._clear(registry, *names)

    def _note_all(self, registry: Registry) -> None:
        self._note_in_both(_CACHES_BY_KEY)
        self._clear_all(registry)

    def _note_in_both(self, names: Iterable[str]) -> None:
        self._by_test.update(names)
        self._by_class.update(names)

    def _clear_after(self, emptied: set[str]) -> Callable[[Registry], None]:
        def clear(registry: Registry) -> None:
            if emptied:
                self._clear(registry, *emptied)

        return clear
