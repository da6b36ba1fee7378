from noctule.adapters.report.backtest_facts import ReportFacts


def test_oddities_and_versions_may_be_left_out() -> None:
    facts = ReportFacts(
        title="t",
        from_ms=0,
        to_ms=1,
        settings=(),
        assumptions=(),
        files=(),
        data_hash="d",
        result_hash="r",
    )

    assert (facts.quirks, facts.versions) == ((), ())
