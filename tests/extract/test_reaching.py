"""Which assignments can reach a use: those that a reader would point at, and no others."""

from __future__ import annotations

import pytest

from tests.extract.making import facts_of, reaching


def test_the_last_assignment_counts() -> None:
    assert reaching("""
        x = 1
        x = 2
        use(x)
        x = 3
    """) == ["x = 2"]


# -- branches


def test_after_a_branch_without_else_both_count() -> None:
    assert reaching("""
        x = 1
        if late:
            x = 2
        use(x)
    """) == ["x = 1", "x = 2"]


def test_after_both_branches_the_first_value_is_gone() -> None:
    assert reaching("""
        x = 1
        if late:
            x = 2
        else:
            x = 3
        use(x)
    """) == ["x = 2", "x = 3"]


def test_inside_a_branch_only_its_own_value_counts() -> None:
    assert reaching("""
        x = 1
        if late:
            x = 2
            use(x)
        else:
            x = 3
    """) == ["x = 2"]


def test_each_arm_of_an_elif_chain_counts() -> None:
    assert reaching("""
        if a:
            x = 1
        elif b:
            x = 2
        elif c:
            y = 3
        else:
            x = 4
        use(x)
    """) == ["x = 1", "x = 2", "x = 4"]


def test_a_branch_that_returns_does_not_count_after_it() -> None:
    assert reaching("""
        def f():
            x = 1
            if late:
                x = 2
                return x
            use(x)
    """) == ["x = 1"]


def test_a_branch_that_raises_does_not_count_after_it() -> None:
    assert reaching("""
        x = None
        if late:
            x = 2
            raise ValueError(x)
        use(x)
    """) == ["x = None"]


def test_the_guard_clause_leaves_the_else_value() -> None:
    assert reaching("""
        def f(key):
            if key:
                x = 1
            else:
                return None
            use(x)
    """) == ["x = 1"]


def test_an_assignment_in_a_test_counts_in_every_branch() -> None:
    assert reaching("""
        x = 0
        if (x := read()):
            pass
        use(x)
    """) == ["if (x := read()):"]


def test_code_after_a_return_still_has_the_values_from_before_it() -> None:
    assert reaching("""
        def f():
            x = 1
            return x
            use(x)
    """) == ["x = 1"]


# -- match


def test_each_case_counts_and_so_does_none_of_them() -> None:
    assert reaching("""
        x = 0
        match kind:
            case "a":
                x = 1
            case "b":
                x = 2
        use(x)
    """) == ["x = 0", "x = 1", "x = 2"]


def test_a_case_for_everything_else_hides_what_was_before() -> None:
    assert reaching("""
        x = 0
        match kind:
            case "a":
                x = 1
            case _:
                x = 2
        use(x)
    """) == ["x = 1", "x = 2"]


@pytest.mark.parametrize(
    "pattern", ["x", "[x, *_]", "[_, *x]", "{'a': x}", "{'a': 1, **x}", "Point(x=x)", "int() as x", "(1 as x) | (2 as x)"]
)
def test_a_pattern_binds_what_it_captures(pattern: str) -> None:
    assert reaching(f"""
        x = 0
        match thing:
            case {pattern}:
                use(x)
    """) == [f"case {pattern}:"]


# -- loops


def test_after_a_loop_the_value_from_before_it_still_counts() -> None:
    assert reaching("""
        x = 0
        for i in items:
            x = i
        use(x)
    """) == ["x = 0", "x = i"]


def test_the_end_of_a_round_reaches_the_start_of_the_next() -> None:
    assert reaching("""
        x = 0
        for i in items:
            use(x)
            x = i
    """) == ["x = 0", "x = i"]


def test_a_loop_variable_hides_what_was_before() -> None:
    assert reaching("""
        x = 0
        for x in items:
            use(x)
    """) == ["for x in items:"]


def test_a_loop_variable_outlives_its_loop() -> None:
    assert reaching("""
        x = 0
        for x in items:
            work()
        use(x)
    """) == ["x = 0", "for x in items:"]


def test_continue_takes_its_value_into_the_next_round() -> None:
    assert reaching("""
        x = 0
        for i in items:
            use(x)
            if i:
                x = 1
                continue
            x = 2
    """) == ["x = 0", "x = 1", "x = 2"]


def test_an_endless_loop_is_left_by_its_breaks_only() -> None:
    assert reaching("""
        x = 0
        while True:
            x = 1
            if done():
                x = 2
                break
            x = 3
        use(x)
    """) == ["x = 2"]


def test_the_else_of_a_loop_runs_when_nothing_broke_it() -> None:
    assert reaching("""
        x = 0
        for i in items:
            if i:
                x = 1
                break
        else:
            x = 2
        use(x)
    """) == ["x = 1", "x = 2"]


def test_a_break_leaves_the_inner_loop_only() -> None:
    assert reaching("""
        x = 0
        for i in items:
            for j in i:
                x = 1
                break
            use(x)
    """) == ["x = 0", "x = 1"]


def test_a_return_out_of_an_endless_loop_leaves_nothing_after_it() -> None:
    facts = facts_of("""
        def f():
            while True:
                x = read()
                if x:
                    return x
    """)
    assert facts.scopes[1].returns


def test_what_a_loop_changes_depends_on_itself() -> None:
    facts = facts_of("""
        log = []
        while True:
            log.append(read())
    """)
    module = facts.scopes[0]
    change = next(b for b in module.bindings if b.kind == "change")
    join = next(b for b in module.bindings if b.kind == "join")
    assert change.before == (join.index,)
    assert change.index in join.before
    assert change.loops == (0,)


# -- try


def test_a_handler_sees_every_state_that_the_body_went_through() -> None:
    assert reaching("""
        x = 0
        try:
            x = 1
            work()
            x = 2
        except ValueError:
            use(x)
    """) == ["x = 0", "x = 1", "x = 2"]


def test_after_try_both_the_body_and_the_handler_count() -> None:
    assert reaching("""
        try:
            x = 1
        except ValueError:
            x = 2
        use(x)
    """) == ["x = 1", "x = 2"]


def test_a_handler_that_raises_does_not_count() -> None:
    assert reaching("""
        try:
            x = 1
        except ValueError:
            x = 2
            raise
        use(x)
    """) == ["x = 1"]


def test_the_else_of_try_follows_the_body() -> None:
    assert reaching("""
        try:
            x = 1
        except ValueError:
            x = 2
        else:
            x = 3
        use(x)
    """) == ["x = 2", "x = 3"]


def test_finally_has_the_last_word() -> None:
    assert reaching("""
        try:
            x = 1
        except ValueError:
            x = 2
        finally:
            x = 3
        use(x)
    """) == ["x = 3"]


def test_finally_sees_the_body_unfinished() -> None:
    assert reaching("""
        x = 0
        try:
            x = work()
        finally:
            use(x)
    """) == ["x = 0", "x = work()"]


def test_finally_runs_after_a_return() -> None:
    assert reaching("""
        def f():
            x = 0
            try:
                x = work()
                return x
            finally:
                use(x)
    """) == ["x = 0", "x = work()"]


def test_an_import_that_may_fail_has_two_meanings() -> None:
    assert reaching("""
        try:
            import fast as x
        except ImportError:
            x = None
        use(x)
    """) == ["import fast as x", "x = None"]


def test_the_name_of_an_exception_is_bound_in_its_handler() -> None:
    assert reaching("""
        x = 0
        try:
            work()
        except ValueError as x:
            use(x)
    """) == ["except ValueError as x:"]


def test_exception_groups_are_handled_alike() -> None:
    assert reaching("""
        try:
            x = 1
        except* ValueError:
            x = 2
        use(x)
    """) == ["x = 1", "x = 2"]


# -- with, del, declarations


def test_with_binds_its_target() -> None:
    assert reaching("""
        x = 0
        with open("a") as x:
            use(x)
    """) == ['with open("a") as x:']


@pytest.mark.parametrize(
    "line",
    [
        "x, y = pair",
        "[a, (x, b)] = rows",
        "a, *x = rows",
        "*a, x = rows",
        "y = x = 5",
        "x: int = 5",
        "x += 1",
        "for (a, x) in rows: pass",
    ],
)
def test_every_form_of_assignment_binds(line: str) -> None:
    assert reaching(f"{line}\nuse(x)\n") == [line]


def test_what_is_deleted_reaches_no_longer() -> None:
    assert (
        reaching("""
        x = 1
        del x
        use(x)
    """)
        == []
    )


def test_what_is_deleted_on_one_way_still_reaches_on_the_other() -> None:
    assert reaching("""
        x = 1
        if late:
            del x
        use(x)
    """) == ["x = 1"]


def test_an_annotation_alone_declares() -> None:
    assert reaching("""
        x: int
        use(x)
    """) == ["x: int"]


def test_a_change_is_a_new_state_of_the_same_object() -> None:
    assert reaching("""
        x = []
        x.append(1)
        x[0] = 2
        use(x)
    """) == ["x[0] = 2"]


# -- scopes


def test_a_name_that_a_function_only_reads_comes_from_further_out() -> None:
    assert (
        reaching("""
        x = 1
        def f():
            use(x)
    """)
        is None
    )


@pytest.mark.parametrize("word", ["global", "nonlocal"])
def test_a_name_that_is_declared_to_be_of_further_out_is_looked_up_there(word: str) -> None:
    assert (
        reaching(f"""
        def outer():
            x = 1
            def f():
                {word} x
                x = 2
                use(x)
    """)
        is None
    )


def test_a_parameter_reaches_until_it_is_assigned() -> None:
    assert reaching("""
        def f(x):
            if x is None:
                x = 5
            use(x)
    """) == ["def f(x):", "x = 5"]


def test_a_name_that_is_assigned_anywhere_in_a_function_is_its_own() -> None:
    assert (
        reaching("""
        x = 1
        def f():
            use(x)
            x = 2
    """)
        == []
    )


def test_an_import_inside_a_function_binds_there() -> None:
    assert reaching("""
        import y as x
        def f():
            from z import x
            use(x)
    """) == ["from z import x"]


def test_a_class_and_a_function_are_bindings_of_their_names() -> None:
    assert reaching("""
        def x(): ...
        class x: ...
        use(x)
    """) == ["class x: ..."]


# -- comprehensions and the walrus


def test_the_variable_of_a_comprehension_is_its_own() -> None:
    assert reaching("""
        x = 1
        rows = [x for x in items]
        use(x)
    """) == ["x = 1"]


def test_inside_a_comprehension_its_variable_counts() -> None:
    assert reaching("""
        x = 1
        rows = [use(x) for x in items if x]
    """) == ["rows = [use(x) for x in items if x]"]


def test_the_source_of_a_comprehension_is_read_outside_of_it() -> None:
    assert reaching("""
        x = 1
        rows = [x for x in use(x)]
    """) == ["x = 1"]


def test_a_walrus_in_a_comprehension_stays_after_it() -> None:
    assert reaching("""
        rows = [(x := i) for i in items]
        use(x)
    """) == ["rows = [(x := i) for i in items]"]


def test_a_walrus_counts_from_where_it_stands() -> None:
    assert reaching("""
        x = 1
        f(x, (x := 2), use(x))
    """) == ["f(x, (x := 2), use(x))"]


def test_the_body_of_a_lambda_is_a_scope() -> None:
    assert reaching("""
        x = 1
        f = lambda x: use(x)
    """) == ["f = lambda x: use(x)"]


def test_a_call_stands_once_among_the_calls() -> None:
    """Also when its result is changed at once."""
    facts = facts_of("Store(x := 1).add(lambda: 2)\n")
    module = facts.scopes[0]
    assert len(module.calls) == 2
    assert len([b for b in module.bindings if b.name == "x"]) == 1
    assert len(facts.scopes) == 2
