"""PYTHONPATH=moto python3 -m unittest extend_test"""

import types
import unittest

from extend import ShapeError, adds, replaces


class ExtendTest(unittest.TestCase):
    def setUp(self):
        class Base:
            def inherited(self):
                return "base"

        class Service(Base):
            def __init__(self):
                self.word = "moto"

            def call(self, number=1):
                return number

            @property
            def text(self):
                return self.word

        self.Service = Service

    def test_adds_a_method(self):
        @adds(self.Service)
        def missing(self):
            return self.word

        self.assertEqual(self.Service().missing(), "moto")

    def test_adds_refuses_what_moto_has(self):
        with self.assertRaisesRegex(ShapeError, r"Service\.call: moto has it now; delete the extension"):

            @adds(self.Service)
            def call(self):
                pass

    def test_replaces_a_method(self):
        @replaces(self.Service)
        def call(original, self, number=1):
            return original(self, number) + 1

        self.assertEqual(self.Service().call(number=2), 3)

    def test_replaces_an_inherited_method_of_this_class_alone(self):
        @replaces(self.Service)
        def inherited(original, self):
            return original(self) + " and ours"

        self.assertEqual(self.Service().inherited(), "base and ours")
        self.assertEqual(self.Service.__mro__[1]().inherited(), "base")

    def test_replaces_a_property(self):
        @replaces(self.Service)
        def text(original, self):
            return original(self) + "!"

        self.assertEqual(self.Service().text, "moto!")

    def test_replaces_a_static_method(self):
        class Service:
            @staticmethod
            def call(number):
                return number

        @replaces(Service)
        def call(original, number):
            return original(number) + 1

        self.assertEqual((Service.call(1), Service().call(1)), (2, 2))

    def test_replaces_a_function_of_a_module(self):
        module = types.ModuleType("service")
        module.call = lambda number: number

        @replaces(module)
        def call(original, number):
            return original(number) + 1

        self.assertEqual(module.call(1), 2)
        with self.assertRaisesRegex(ShapeError, r"service\.gone: moto has no such method any more"):

            @replaces(module)
            def gone(original):
                pass

    def test_replaces_refuses_what_moto_lacks(self):
        with self.assertRaisesRegex(ShapeError, r"Service\.gone: moto has no such method any more"):

            @replaces(self.Service)
            def gone(original, self):
                pass

    def test_replaces_refuses_other_parameters(self):
        with self.assertRaisesRegex(ShapeError, r"Service\.call: written for parameters .*'text'.*, moto has .*'number'"):

            @replaces(self.Service)
            def call(original, self, text):
                pass
