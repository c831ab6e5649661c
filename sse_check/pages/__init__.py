"""Pages as an engine renders them and a browser reads them: the one place that knows composition.

A template is read once into an outline (`outline.py`): for each of its roots (the file, a block of
its own, a macro, the body of a call) a list of stretches of markup and of places between them
(blocks, includes, calls, slots). A stretch holds the tags that matter (`interest.py`: what speaks
to htmx, what a selector of the project asks for, what a page is made of), those around them, and
those by which the HTML parser ends or moves others; everything else is left out of it. So it is
short, and one string.

`library.py` keeps the outlines and says what a root comes to with all that it uses; what comes to
nothing is never followed.

A rendering of a page is written from the top down (`writer.py`), as an engine would: layouts with
the blocks that replace theirs, includes, calls with their bodies. Each condition is asked of
`decisions.py`. What comes out is markup, in which a start tag has one attribute that names its
scene (`scene.py`: the use of a template, with the names bound there) and its place in the file. An
HTML parser reads it (`tree.py`), so pieces that leave elements open, stray table parts and second
bodies become what a browser makes of them. Then each element gets its attributes, folded from the
names of its scene (`reader.py`, `attributes.py`, `plain.py`), and a mark (`marks.py`) that says
where it is written.

`renderings.py` finds the renderings that differ. Conditions that nothing hangs on are never asked;
those that meet at one element are tried in every combination, all groups of a page at once.

`engine.py` says which pages a project has, puts them together once, folds those that differ in
nothing that matters, and forgets what a changed file brought. Elements, scenes and renderings are
counted; where a bound is reached the engine says so (`cuts`).

`ancestry.py` answers for the places above an element, `trail.py` how it came there.
"""
