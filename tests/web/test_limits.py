from pipeline.web import limits
from pipeline.web.limits import RateLimiter


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_client_waits_once_its_bucket_is_empty_and_no_other_does() -> None:
    clock = Clock()
    limiter = RateLimiter(capacity=3, period_s=60, clock=clock)
    assert [limiter.wait_s("a") for _ in range(3)] == [0, 0, 0]
    assert limiter.wait_s("a") == 20
    assert limiter.wait_s("b") == 0


def test_the_bucket_fills_again_but_not_beyond_its_size() -> None:
    clock = Clock()
    limiter = RateLimiter(capacity=2, period_s=60, clock=clock)
    assert [limiter.wait_s("a") for _ in range(2)] == [0, 0]
    clock.now += 30
    assert limiter.wait_s("a") == 0
    assert limiter.wait_s("a") > 0
    clock.now += 10_000
    assert [limiter.wait_s("a") > 0 for _ in range(3)] == [False, False, True]


def test_the_longest_silent_client_is_forgotten() -> None:
    limiter = RateLimiter(capacity=1, period_s=60, clock=Clock())
    limiter.wait_s("first")
    for number in range(limits.CLIENTS):
        limiter.wait_s(str(number))
    assert limiter.wait_s("first") == 0
