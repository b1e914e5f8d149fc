"""The live directory as files of AWS's own formats: ``docs/reference/estate.md``.

``folder.export`` writes them; ``accounts`` and ``organizations`` say what is in them.
"""
