"""`monthly_pandas.py FILE [all|needed]`: the seconds of a Harvest export by client, project and month, as JSON.

Reads all columns, as an import does, or only the four that are needed. Run by an interpreter that has pandas; what
its import took is printed with the sums, so that it can be subtracted.
"""

import json
import sys
import time

_NEEDED = ["Date", "Client", "Project", "Hours"]

begin = time.process_time(), time.perf_counter()
import pandas as pd  # noqa: E402 - its import is timed

ready = time.process_time(), time.perf_counter()
path, columns = sys.argv[1:]
rows = pd.read_csv(path, usecols=_NEEDED if columns == "needed" else None)
months = pd.to_datetime(rows["Date"], format="%Y-%m-%d").dt.to_period("M")
seconds = (rows["Hours"] * 3600).round().astype("int64")
sums = seconds.groupby([rows["Client"], rows["Project"], months]).sum()
answer = {
    "version": pd.__version__,
    "import": {"cpu": ready[0] - begin[0], "wall": ready[1] - begin[1]},
    "sums": [[client, project, str(month), int(total)] for (client, project, month), total in sums.items()],
}
sys.stdout.write(json.dumps(answer))
