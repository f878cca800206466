"""Where the time of a run went."""

import os
from pathlib import Path

import pandas as pd

from ..run.errors import InputError, about_file

MEASURED = ["s", "cpu_time", "max_rss"]  # seconds of the clock and of the cores, MB


def read_benchmarks(folder: str | os.PathLike) -> pd.DataFrame:
    """What Snakemake measured of each job, and the rule's name. Raises InputError for a broken file."""
    files = sorted(Path(folder).rglob("*.tsv"))
    jobs = [_read(file).assign(rule=_rule(file, Path(folder))) for file in files]
    return pd.concat(jobs, ignore_index=True)


def _read(file: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(file, sep="\t")[MEASURED].astype(float)
    except (KeyError, ValueError) as error:
        raise InputError(about_file(file, "no measurements of a job; delete it and run again")) from error


def cost_table(jobs: pd.DataFrame) -> pd.DataFrame:
    """One row a rule, the longest first: jobs, seconds together and at most, share of all seconds, cores that
    were busy on average, and the largest memory in MB.
    """
    rules = jobs.groupby("rule")
    table = pd.DataFrame(
        {
            "jobs": rules.size(),
            "seconds": rules["s"].sum(),
            "longest": rules["s"].max(),
            "share": rules["s"].sum() / jobs["s"].sum(),
            "cores": rules["cpu_time"].sum() / rules["s"].sum(),
            "memory": rules["max_rss"].max(),
        }
    )
    return table.sort_values("seconds", ascending=False).reset_index()


def cost_text(jobs: pd.DataFrame) -> str:
    """The table in Markdown, for people."""
    table = cost_table(jobs)
    shown = pd.DataFrame(
        {
            "rule": table["rule"],
            "jobs": table["jobs"].astype(str),
            "time of all": table["seconds"].map(_duration),
            "share": table["share"].map("{:.1%}".format),
            "longest job": table["longest"].map(_duration),
            "cores busy": table["cores"].map("{:.1f}".format),
            "memory at most": table["memory"].map("{:.0f} MB".format),
        }
    )
    rows = shown.to_markdown(index=False, disable_numparse=True)
    return "\n".join(["# Where the time went", "", INTRODUCTION.format(_duration(jobs["s"].sum())), "", rows])


INTRODUCTION = """\
The jobs that compute took {} together, the start of their processes included; how long the run took depends
on how many ran side by side. Each job's own numbers are in `benchmarks/`; those of earlier settings are
among them."""


def _rule(file: Path, folder: Path) -> str:
    return file.relative_to(folder).parts[0].removesuffix(".tsv")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
