"""A folder of results as evidence: what was run, on what, with digests, for anybody to check and run again.

* ``bundle.json`` is the record: command, options, inputs, results, each file with its SHA-256 (:mod:`.record`).
* ``ro-crate-metadata.json`` says the same as an RO-Crate, for other programs (:mod:`.crate`); it is made from the
  record alone.
* What lies in a folder is only read after its path, kind and size were checked (:mod:`.files`).
"""
