"""How moto's classes are extended: a decorator for a method they lack, and one for a method they have.

Both check the class first, so that an extension written for another shape of moto stops the emulator at its start, with the
reason, rather than answer wrongly later.
"""

import functools
import inspect


class ShapeError(Exception):
    """moto is not what an extension was written for."""


def adds(cls):
    """Gives cls the decorated method. Refused where moto has learned it: then the extension is to be deleted."""

    def decorate(function):
        if hasattr(cls, function.__name__):
            raise ShapeError(f"{_name(cls, function)}: moto has it now; delete the extension")
        setattr(cls, function.__name__, function)
        return function

    return decorate


def replaces(cls):
    """Puts the decorated function in the place of cls's method of that name, which it is given as its first argument. Refused
    where moto has no such method, or one with other parameters. cls may be a module, and the method a function of it."""

    def decorate(function):
        original = inspect.getattr_static(cls, function.__name__, None)
        if original is None:
            raise ShapeError(f"{_name(cls, function)}: moto has no such method any more; mend or delete the extension")
        if isinstance(original, property):
            setattr(cls, function.__name__, property(functools.partial(function, original.fget), original.fset))
            return function
        had, has = list(inspect.signature(original).parameters), list(inspect.signature(function).parameters)[1:]
        if had != has:
            raise ShapeError(f"{_name(cls, function)}: written for parameters {has}, moto has {had}")

        @functools.wraps(original)
        def replacement(*args, **kwargs):
            return function(original, *args, **kwargs)

        static = isinstance(original, staticmethod)
        setattr(cls, function.__name__, staticmethod(replacement) if static else replacement)
        return function

    return decorate


def _name(cls, function):
    owner = cls.__name__ if inspect.ismodule(cls) else f"{cls.__module__}.{cls.__name__}"
    return f"{function.__module__}.py: {owner}.{function.__name__}"
