rule draw_figure:
    input:
        unpack(figure_inputs),
        sets=R / "sets.csv",
    output:
        png=report(
            R / "{figure}.png",
            caption="../report/caption.rst",
            category=lambda w: FIGURES[w.figure].category,
            labels=lambda w: {"figure": FIGURES[w.figure].title},
        ),
        pdf=R / "{figure}.pdf",
    log:
        R / "logs/draw_figure/{figure}.log",
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("draw_figure"),
    params:
        settings=figure_settings,
        caption=lambda w: FIGURES[w.figure].caption,
    script:
        "../scripts/draw_figure.py"


rule write_table:
    input:
        unpack(table_inputs),
    output:
        report(
            R / "{table}.csv",
            caption="../report/caption.rst",
            category="Tables",
            labels=lambda w: {"table": TABLES[w.table].title},
        ),
    log:
        R / "logs/write_table/{table}.log",
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("write_table"),
    params:
        settings=table_settings,
        caption=lambda w: TABLES[w.table].caption,
    script:
        "../scripts/write_table.py"


rule write_summary:
    input:
        **{stage: R / f"scores/{stage}.csv" for stage in STAGES},
        **{f"{stage}_images": R / f"scores/{stage}-images.safetensors" for stage in STAGES},
        sets=R / "sets.csv",
        info=R / "data/dataset.json",
    output:
        markdown=R / "summary.md",
        html=report(
            R / "summary.html",
            caption="../report/summary.rst",
            category="Summary",
            labels={"text": "What was lost"},
        ),
    log:
        R / "logs/write_summary.log",
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("write_summary"),
    params:
        settings=settings(
            "write_summary", "seed", "margins", plugins=[("findings", name) for name in PLUGINS["findings"]]
        )
        | {"with_paper": WITH_PAPER}
        | told("findings", "detectors", "metrics"),
    script:
        "../scripts/write_summary.py"


rule write_costs:
    input:
        R / "metrics.csv",  # behind it lie all jobs that compute
    output:
        report(
            R / "costs.html",
            caption="../report/costs.rst",
            category="Run",
            labels={"text": "Where the time went"},
        ),
    log:
        R / "logs/write_costs.log",
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("write_costs"),
    params:
        settings=settings("write_costs"),
    script:
        "../scripts/write_costs.py"
