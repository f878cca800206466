from snakemake.utils import min_version

min_version("9.20")


configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/inputs.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/sets.smk"
include: "workflow/rules/classifiers.smk"
include: "workflow/rules/metrics.smk"
include: "workflow/rules/report.smk"


localrules:
    all,


rule all:
    default_target: True
    input:
        R / "index.html",
        R / "summary.md",
        R / "metrics.csv",
        R / "costs.html",
        expand(R / "{table}.csv", table=TABLES),
        expand(R / "{figure}.{suffix}", figure=FIGURES, suffix=["png", "pdf"]),
