"""Owns the corpus of edits: small projects before and after, and whether the step `step` must run again."""

from __future__ import annotations

from typing import NamedTuple


class Edit(NamedTuple):
    """An edit of a project: the files it changes, after and before; `names` are words the changed parts must hold."""

    what: str
    runs: bool
    before: dict[str, str]
    after: dict[str, str]
    names: tuple[str, ...] = ()


def _one(what: str, runs: bool, before: str, after: str, *names: str) -> Edit:
    """Return an edit of the file steps.py alone."""
    return Edit(what, runs, {"steps.py": before}, {"steps.py": after}, names)


HEAD = "from treadle import step\n"
CALLS_HELPER = HEAD + "from helpers import clip\n@step\ndef run(x):\n    return clip(x)\n"
CALLS_MODULE = HEAD + "import helpers\n@step\ndef run(x):\n    return helpers.clip(x)\n"
BASE = "class Base:\n    def low(self): return 0\nclass Middle(Base): pass\n"

CORPUS = [
    _one(
        "body",
        True,
        HEAD + "@step\ndef run(x):\n    return x + 1\n",
        HEAD + "@step\ndef run(x):\n    return x + 2\n",
        "code steps.run",
    ),
    _one(
        "comment and blank lines",
        False,
        HEAD + "@step\ndef run(x):\n    return x + 1\n",
        HEAD + "\n\n# a word\n@step\ndef run(x):  # another\n    # and one\n\n    return x + 1\n",
    ),
    _one(
        "docstring",
        False,
        HEAD + '@step\ndef run(x):\n    """One."""\n    return x + 1\n',
        HEAD + '@step\ndef run(x):\n    """Another, longer one."""\n    return x + 1\n',
    ),
    _one(
        "docstring added",
        False,
        HEAD + "@step\ndef run(x):\n    return x + 1\n",
        HEAD + '@step\ndef run(x):\n    """One."""\n    return x + 1\n',
    ),
    _one(
        "reformatted",
        False,
        HEAD + "@step\ndef run(x):\n    return max([x, 1, 2]) + int('3')\n",
        HEAD
        + '@step\ndef run(\n    x,\n):\n    return (\n        max([\n            x, 1,\n            2])\n        + int("3"))\n',
    ),
    _one(
        "options of the step decorator",
        False,
        HEAD + "@step\ndef run(x):\n    return x\n",
        HEAD + "@step(retries=3, parallel=True)\ndef run(x):\n    return x\n",
    ),
    _one(
        "another function of the same file",
        False,
        HEAD + "@step\ndef run(x):\n    return x\ndef other():\n    return 1\n",
        HEAD + "def other():\n    return 2\n@step\ndef run(x):\n    return x\n",
    ),
    Edit(
        "helper in another module",
        True,
        {"steps.py": CALLS_HELPER, "helpers.py": "def clip(x):\n    return max(x, 0)\n"},
        {"helpers.py": "def clip(x):\n    return max(x, 1)\n"},
        ("code helpers.clip",),
    ),
    Edit(
        "helper through its module",
        True,
        {"steps.py": CALLS_MODULE, "helpers.py": "def clip(x):\n    return max(x, 0)\n"},
        {"helpers.py": "def clip(x):\n    return max(x, 1)\n"},
        ("code helpers.clip",),
    ),
    Edit(
        "unused helper of a used module",
        False,
        {"steps.py": CALLS_MODULE, "helpers.py": "def clip(x):\n    return max(x, 0)\ndef other(): return 1\n"},
        {"helpers.py": "def clip(x):\n    return max(x, 0)\ndef other(): return 2\n"},
    ),
    Edit(
        "helper of the helper",
        True,
        {
            "steps.py": CALLS_HELPER,
            "helpers.py": "from deep import floor\ndef clip(x):\n    return floor(x)\n",
            "deep.py": "def floor(x):\n    return x // 1\n",
        },
        {"deep.py": "def floor(x):\n    return x // 2\n"},
        ("code deep.floor",),
    ),
    Edit(
        "helper in a package, relatively imported",
        True,
        {
            "steps.py": HEAD + "from lib.a import f\n@step\ndef run(x):\n    return f(x)\n",
            "lib/__init__.py": "",
            "lib/a.py": "from .b import g\ndef f(x):\n    return g(x)\n",
            "lib/b.py": "def g(x):\n    return x\n",
        },
        {"lib/b.py": "def g(x):\n    return -x\n"},
        ("code lib.b.g",),
    ),
    Edit(
        "import in the body",
        True,
        {
            "steps.py": HEAD + "@step\ndef run(x):\n    from helpers import clip\n    return clip(x)\n",
            "helpers.py": "def clip(x):\n    return max(x, 0)\n",
        },
        {"helpers.py": "def clip(x):\n    return max(x, 1)\n"},
        ("code helpers.clip",),
    ),
    Edit(
        "import of a submodule in the body",
        True,
        {
            "steps.py": HEAD + "@step\ndef run(x):\n    import lib.a as a\n    return a.f(x)\n",
            "lib/__init__.py": "",
            "lib/a.py": "def f(x):\n    return x\n",
        },
        {"lib/a.py": "def f(x):\n    return -x\n"},
        ("code lib.a.f",),
    ),
    _one(
        "constant",
        True,
        HEAD + "N = 3\n@step\ndef run(x):\n    return x + N\n",
        HEAD + "N = 4\n@step\ndef run(x):\n    return x + N\n",
        "constant steps.N",
    ),
    Edit(
        "constant of another module",
        True,
        {"steps.py": HEAD + "import helpers\n@step\ndef run(x):\n    return x + helpers.N\n", "helpers.py": "N = 3\n"},
        {"helpers.py": "N = 4\n"},
        ("constant helpers.N",),
    ),
    _one(
        "constant made of another",
        True,
        HEAD + "A = 3\nN = A * 2\n@step\ndef run(x):\n    return x + N\n",
        HEAD + "A = 4\nN = A * 2\n@step\ndef run(x):\n    return x + N\n",
        "constant steps.N",
    ),
    _one(
        "constant spelled otherwise",
        False,
        HEAD + "N = 4\n@step\ndef run(x):\n    return x + N\n",
        HEAD + "N = 2 + 2\n@step\ndef run(x):\n    return x + N\n",
    ),
    _one(
        "default from a constant",
        True,
        HEAD + "N = 3\ndef f(x, n=N):\n    return x + n\n@step\ndef run(x):\n    return f(x)\n",
        HEAD + "N = 4\ndef f(x, n=N):\n    return x + n\n@step\ndef run(x):\n    return f(x)\n",
        "N",
    ),
    _one(
        "partial",
        True,
        HEAD + "from functools import partial\ndef f(k, x):\n    return k * x\ng = partial(f, 2)\n"
        "@step\ndef run(x):\n    return g(x)\n",
        HEAD + "from functools import partial\ndef f(k, x):\n    return k * x\ng = partial(f, 3)\n"
        "@step\ndef run(x):\n    return g(x)\n",
        "steps.g",
    ),
    _one(
        "function inside a partial",
        True,
        HEAD + "from functools import partial\ndef f(k, x):\n    return k * x\ng = partial(f, 2)\n"
        "@step\ndef run(x):\n    return g(x)\n",
        HEAD + "from functools import partial\ndef f(k, x):\n    return k + x\ng = partial(f, 2)\n"
        "@step\ndef run(x):\n    return g(x)\n",
        "code steps.f",
    ),
    _one(
        "function in a dict",
        True,
        HEAD + "def f(x):\n    return x\nHOW = {'f': f}\n@step\ndef run(x):\n    return HOW['f'](x)\n",
        HEAD + "def f(x):\n    return -x\nHOW = {'f': f}\n@step\ndef run(x):\n    return HOW['f'](x)\n",
        "code steps.f",
    ),
    _one(
        "lambda in a list",
        True,
        HEAD + "HOW = [lambda x: x]\n@step\ndef run(x):\n    return HOW[0](x)\n",
        HEAD + "HOW = [lambda x: -x]\n@step\ndef run(x):\n    return HOW[0](x)\n",
        "code steps.<lambda>",
    ),
    _one(
        "order in which a dict is filled",
        False,
        HEAD + "HOW = {'a': 1, 'b': 2}\n@step\ndef run(x):\n    return HOW[x]\n",
        HEAD + "HOW = {'b': 2, 'a': 1}\n@step\ndef run(x):\n    return HOW[x]\n",
    ),
    _one(
        "closure",
        True,
        HEAD + "def make(n):\n    def f(x):\n        return x + n\n    return f\nf = make(1)\n"
        "@step\ndef run(x):\n    return f(x)\n",
        HEAD + "def make(n):\n    def f(x):\n        return x + n\n    return f\nf = make(2)\n"
        "@step\ndef run(x):\n    return f(x)\n",
        "f.n",
    ),
    _one(
        "decorator of a helper",
        True,
        HEAD
        + "def twice(f):\n    def inner(x):\n        return f(x) * 2\n    return inner\n@twice\ndef f(x):\n    return x\n"
        "@step\ndef run(x):\n    return f(x)\n",
        HEAD
        + "def twice(f):\n    def inner(x):\n        return f(x) * 3\n    return inner\n@twice\ndef f(x):\n    return x\n"
        "@step\ndef run(x):\n    return f(x)\n",
        "twice",
    ),
    _one(
        "function under a decorator that hides it",
        True,
        HEAD
        + "def twice(f):\n    def inner(x):\n        return f(x) * 2\n    return inner\n@twice\ndef f(x):\n    return x\n"
        "@step\ndef run(x):\n    return f(x)\n",
        HEAD
        + "def twice(f):\n    def inner(x):\n        return f(x) * 2\n    return inner\n@twice\ndef f(x):\n    return -x\n"
        "@step\ndef run(x):\n    return f(x)\n",
        "code steps.f",
    ),
    _one(
        "function under lru_cache",
        True,
        HEAD + "import functools\n@functools.lru_cache\ndef f(x):\n    return x\n@step\ndef run(x):\n    return f(x)\n",
        HEAD
        + "import functools\n@functools.lru_cache\ndef f(x):\n    return -x\n@step\ndef run(x):\n    return f(x)\n",
        "code steps.f",
    ),
    _one(
        "method of a class",
        True,
        HEAD + "class A:\n    def f(self, x):\n        return x\n@step\ndef run(x):\n    return A().f(x)\n",
        HEAD + "class A:\n    def f(self, x):\n        return -x\n@step\ndef run(x):\n    return A().f(x)\n",
        "code steps.A",
    ),
    _one(
        "docstring of a class",
        False,
        HEAD
        + "class A:\n    '''One.'''\n    def f(self, x):\n        return x\n@step\ndef run(x):\n    return A().f(x)\n",
        HEAD
        + "class A:\n    def f(self, x):\n        '''Two.'''\n        return x\n@step\ndef run(x):\n    return A().f(x)\n",
    ),
    Edit(
        "base of the base class, in another module",
        True,
        {
            "steps.py": HEAD
            + "from base import Middle\nclass A(Middle): pass\n@step\ndef run(x):\n    return A().low()\n",
            "base.py": BASE,
        },
        {"base.py": BASE.replace("return 0", "return 1")},
        ("code base.Base",),
    ),
    Edit(
        "helper called by a method",
        True,
        {
            "steps.py": HEAD
            + "from helpers import clip\nclass A:\n    def f(self, x):\n        return clip(x)\n"
            + "@step\ndef run(x):\n    return A().f(x)\n",
            "helpers.py": "def clip(x):\n    return max(x, 0)\n",
        },
        {"helpers.py": "def clip(x):\n    return max(x, 1)\n"},
        ("code helpers.clip",),
    ),
    _one(
        "attribute of an instance",
        True,
        HEAD
        + "class A:\n    def __init__(self, k):\n        self.k = k\nA1 = A(1)\n@step\ndef run(x):\n    return A1.k\n",
        HEAD
        + "class A:\n    def __init__(self, k):\n        self.k = k\nA1 = A(2)\n@step\ndef run(x):\n    return A1.k\n",
        "constant steps.A1",
    ),
    _one(
        "class of an instance",
        True,
        HEAD + "class A:\n    def f(self):\n        return 1\nA1 = A()\n@step\ndef run(x):\n    return A1.f()\n",
        HEAD + "class A:\n    def f(self):\n        return 2\nA1 = A()\n@step\ndef run(x):\n    return A1.f()\n",
        "code steps.A",
    ),
    _one(
        "member of an enum",
        True,
        HEAD + "import enum\nclass E(enum.Enum):\n    A = 1\n@step\ndef run(x):\n    return E.A.value\n",
        HEAD + "import enum\nclass E(enum.Enum):\n    A = 2\n@step\ndef run(x):\n    return E.A.value\n",
        "code steps.E",
    ),
    Edit(
        "module handed on as a value",
        True,
        {
            "steps.py": HEAD + "import helpers\n@step\ndef run(x, how='clip'):\n    return getattr(helpers, how)(x)\n",
            "helpers.py": "def clip(x):\n    return max(x, 0)\n",
        },
        {"helpers.py": "def clip(x):\n    return max(x, 1)\n"},
        ("code helpers",),
    ),
    _one(
        "what an opaque constant is made by",
        True,
        HEAD
        + "import threading\ndef make(n):\n    return threading.Lock(), n\nL = make(1)\n@step\ndef run(x):\n    return L[1]\n",
        HEAD
        + "import threading\ndef make(n):\n    return threading.Lock(), n\nL = make(2)\n@step\ndef run(x):\n    return L[1]\n",
        "code steps.L",
    ),
    _one(
        "regular expression",
        True,
        HEAD + "import re\nR = re.compile('a')\n@step\ndef run(x):\n    return R.match(x)\n",
        HEAD + "import re\nR = re.compile('b')\n@step\ndef run(x):\n    return R.match(x)\n",
        "constant steps.R",
    ),
    _one(
        "nested function",
        True,
        HEAD + "@step\ndef run(x):\n    def f(y):\n        return y\n    return f(x)\n",
        HEAD + "@step\ndef run(x):\n    def f(y):\n        return -y\n    return f(x)\n",
        "code steps.run",
    ),
    _one(
        "global of the name of a local",
        False,
        HEAD + "n = 1\n@step\ndef run(x):\n    n = x\n    return n\n",
        HEAD + "n = 2\n@step\ndef run(x):\n    n = x\n    return n\n",
    ),
    _one(
        "recursion, elsewhere",
        True,
        HEAD + "def even(n):\n    return n == 0 or odd(n - 1)\ndef odd(n):\n    return n != 0 and even(n - 1)\n"
        "@step\ndef run(x):\n    return even(x)\n",
        HEAD + "def even(n):\n    return n == 0 or odd(n - 1)\ndef odd(n):\n    return n != 1 and even(n - 1)\n"
        "@step\ndef run(x):\n    return even(x)\n",
        "code steps.odd",
    ),
    _one(
        "decorated step",
        True,
        HEAD
        + "import functools\ndef d(f):\n    @functools.wraps(f)\n    def g(x):\n        return f(x)\n    return g\n"
        "@step\n@d\ndef run(x):\n    return x\n",
        HEAD
        + "import functools\ndef d(f):\n    @functools.wraps(f)\n    def g(x):\n        return -f(x)\n    return g\n"
        "@step\n@d\ndef run(x):\n    return x\n",
        "code",
    ),
    _one(
        "step called in the body of a step",
        True,
        HEAD + "@step\ndef other(x):\n    return x\n@step\ndef run(x):\n    return other(x)\n",
        HEAD + "@step\ndef other(x):\n    return -x\n@step\ndef run(x):\n    return other(x)\n",
        "code steps.other",
    ),
]
