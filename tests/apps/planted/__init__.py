"""Small live apps as people write them, with one fault planted in each, or none.

    python -m tests.apps.planted [--framework F] [--style S] [--fault X] [--verbose]

prints what is found and what is missed. `frameworks/` writes the Python of an app for a framework,
`pages.py` its templates, `plan.py` says what an app consists of and `faults.py` what may be wrong.
Everything is made from a plan, and a fault changes the plan, so a planted app differs from the
clean one by the fault alone.
"""
