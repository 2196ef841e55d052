"""An issue's report as one page: what `alumni issues report --html` writes."""
