"""Rounds in, one figure with its verdict out; and how it is shown."""

import statistics

VERDICTS = {"aim": "aim", "must": "must", "miss": "MISS", "info": ""}


def result(name, what, against, unit, rounds, must=None, aim=None, higher_is_better=False, note=""):
    """rounds: of each at least `value`, and what it was made of. must, aim: None where nothing is asked."""
    values = [r["value"] for r in rounds]
    middle = statistics.median(values)
    return {"name": name, "what": what, "against": against, "unit": unit, "value": middle, "rounds": rounds,
            "spread": (max(values) - min(values)) / abs(middle) if middle else 0.0, "must": must, "aim": aim,
            "higher_is_better": higher_is_better, "verdict": verdict(middle, must, aim, higher_is_better), "note": note}


def skipped(name, what, why):
    return {"name": name, "what": what, "against": "", "unit": "", "value": None, "rounds": [], "spread": 0, "must": None,
            "aim": None, "higher_is_better": False, "verdict": "skipped", "note": why}


def failed(name, what, why):
    return {**skipped(name, what, why), "verdict": "failed"}


def verdict(value, must, aim, higher_is_better):
    reaches = (lambda limit: value >= limit) if higher_is_better else (lambda limit: value <= limit)
    if aim is not None and reaches(aim):
        return "aim"
    if must is None:
        return "info"
    return "must" if reaches(must) else "miss"


def shown(value):
    if value is None or value == float("inf"):
        return "–" if value is None else "never"
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def limits(row):
    sign = "≥" if row["higher_is_better"] else "≤"
    return [f"{sign} {shown(limit)}" if limit is not None else "" for limit in (row["must"], row["aim"])]


def line(row):
    """One row for the terminal."""
    if row["value"] is None:
        return f"{row['name']:<18} {row['what']:<58} {row['verdict']}: {row['note']}"
    must, aim = limits(row)
    figure = f"{shown(row['value'])} {row['unit']}".strip()
    text = f"{row['name']:<18} {row['what']:<58} {figure:>14} {must:>8} {aim:>8}  {VERDICTS[row['verdict']]:<5}"
    return f"{text} ±{row['spread'] / 2:4.0%} of {len(row['rounds'])}" + (f"  {row['note']}" if row["note"] else "")


def markdown(report):
    machine = report["machine"]
    lines = [f"{report['date']}, {machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}; load "
             f"{report['load_before']} before, {report['load_after']} after. Median of the rounds; ± is half of what lies "
             "between the least and the most.", "",
             "| what | against | measured | ± | must | aim | |", "|---|---|--:|--:|--:|--:|---|"]
    for row in report["rows"]:
        must, aim = limits(row)
        state = f"{row['verdict']}: {row['note']}" if row["value"] is None else {"aim": "aim reached", "must": "must held",
                                                                              "miss": "**missed**", "info": ""}[row["verdict"]]
        note = f" {row['note']}" if row["note"] and row["value"] is not None else ""
        figure = f"{shown(row['value'])} {row['unit']}".strip()
        lines.append(f"| {row['what']} | {row['against']} | {figure} | {row['spread'] / 2:.0%} | {must} | {aim} | {state}{note} |")
    return "\n".join(lines)
