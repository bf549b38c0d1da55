"""The report of a measurement: a section a file, in the order of :data:`baserate.reports.measure.build.SECTIONS`."""
