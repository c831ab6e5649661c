"""Where the pages of the rules can be read, once the project has an address."""

# The folder of the pages, without a slash at its end; empty as long as there is none.
RULE_PAGES = ""


def page_of(rule: str) -> str | None:
    """The address of a built-in rule's page."""
    if not RULE_PAGES:
        return None
    from sse_check.findings.loader import built_in_folder

    return f"{RULE_PAGES}/{rule}.md" if (built_in_folder() / f"{rule}.md").is_file() else None
