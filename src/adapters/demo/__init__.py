"""The demo: five campaigns from launch to presented award, on a throw-away database, through the public HTTP API."""
