"""The verifier of audit bundles (docs/bundle.md), in parts that `one_file.py` puts together to `verify.py`.

It is written a second time on purpose, and imports nothing of the platform: the standard library and `cryptography`.
"""
