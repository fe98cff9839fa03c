"""Exit 0 if an address answers 200: the health check of a container that has no curl. Usage: URL"""

from __future__ import annotations

import sys
import urllib.request

if __name__ == "__main__":
    try:
        with urllib.request.urlopen(sys.argv[1], timeout=8) as response:
            sys.exit(0 if response.status == 200 else 1)
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
