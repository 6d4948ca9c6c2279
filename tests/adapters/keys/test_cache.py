from adapters.keys.cache import Fresh


class Time:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_least_recently_used_goes_first() -> None:
    kept: Fresh[str, int] = Fresh(2, 10.0)
    kept.put("a", 1)
    kept.put("b", 2)
    kept.get("a")
    kept.put("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c"), len(kept)) == (1, None, 3, 2)


def test_nothing_outlives_its_time_however_often_it_is_used() -> None:
    time = Time()
    kept: Fresh[str, int] = Fresh(2, 10.0, time)
    kept.put("a", 1)
    time.seconds = 9.9
    assert kept.get("a") == 1
    time.seconds = 10.0
    assert kept.get("a") is None
    assert len(kept) == 0


def test_what_is_dropped_is_gone() -> None:
    kept: Fresh[str, int] = Fresh(2, 10.0)
    kept.put("a", 1)
    kept.drop("a")
    kept.drop("b")
    assert kept.get("a") is None
