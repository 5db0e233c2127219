"""What is true of using both at once, and of going from one to the other step by step."""

from statistics import median

from bench.report_data import Results

_PLAIN = (
    "They run in one process, under two prefixes (computeapi-api --app both) or as one API, "
    "resource by resource (--app migrating): a line of api-paste.ini for each resource that "
    "moves, and the same line for the way back. The filters, auth_token among them, stay in "
    "front of both and run once.",
    "The whole contract passes in the middle of such a migration too, with flavors and limits on "
    "Falcon and all else on Pecan/WSME; tests/contract runs it in that state each time.",
    "It takes a dispatcher that leaves the path whole (computeapi/api/by_path.py): "
    "egg:Paste#urlmap cuts off what both route by and make links of.",
    "Within a resource there is no step by step: WSME makes arguments of a method's signature and "
    "Pecan keeps request and response in a global of the thread, so a controller moves as a whole. "
    "So the article of 2013 was right about a resource, and wrong about a service.",
)


def coexistence(results: Results) -> list[str]:
    """Return what there is to say, with what it costs where that was measured."""
    memory = {one["variant"]: median(one["rss_mb"]) for one in results.part("memory") or ()}
    if not {"falcon", "pecan", "migrating"} <= set(memory):
        return list(_PLAIN)
    cost = (
        f"A process with both takes {memory['migrating']:.0f} MB, with Falcon alone "
        f"{memory['falcon']:.0f} MB, with Pecan/WSME alone {memory['pecan']:.0f} MB."
    )
    return [*_PLAIN, cost]
