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
    localrule: True
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
        **overview_files(),
    output:
        R / "summary.md",
    log:
        R / "logs/write_summary.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("write_summary"),
    params:
        settings=overview_settings("write_summary"),
    script:
        "../scripts/write_summary.py"


rule write_page:
    input:
        **overview_files(),
        figures=expand(R / "{figure}.png", figure=FIGURES),
        costs=R / "costs.html",
    output:
        report(
            R / "index.html",
            caption="../report/page.rst",
            category="Answers",
            labels={"text": "What the set is worth"},
        ),
    log:
        R / "logs/write_page.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("write_page"),
    params:
        settings=overview_settings("write_page") | {"template": template_hash("page.html")},
        figures=[{"title": figure.title, "caption": figure.caption} for figure in FIGURES.values()],
    script:
        "../scripts/write_page.py"


rule write_explorer:
    input:
        **explorer_files(),
    output:
        R / "explorer.html",
    log:
        R / "logs/write_explorer.log",
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("write_explorer"),
    params:
        settings=explorer_settings(),
    script:
        "../scripts/write_explorer.py"


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
    localrule: True
    conda:
        "../envs/analysis.yaml"
    threads: 1
    resources:
        **needs("write_costs"),
    params:
        settings=settings("write_costs"),
    script:
        "../scripts/write_costs.py"
