# The workflow is workflow/Snakefile; here its results/ lie beside it.
include: "workflow/Snakefile"


# An included file can't set the default target.
rule everything:
    default_target: True
    input:
        rules.all.input,
