"""What the demo ends with: a bundle that `verify.py` accepts, and a copy with one bit altered, which it refuses."""

import asyncio
import io
import sys
import zipfile
from pathlib import Path

from adapters.audit.bundle_checkpoints import checkpoints_for
from adapters.audit.bundling import Log, write_bundle
from adapters.audit.one_file import one_file
from adapters.console.audit_export import public_lines
from adapters.console.setup import as_server
from adapters.demo.client import Unexpected
from adapters.demo.scene import Scene
from adapters.demo.stage import Stage
from adapters.demo.voice import Voice
from application.bundled import of_tenant
from domain.ids import TenantId


async def prove(stage: Stage, scene: Scene, tenant_id: TenantId, voice: Voice) -> None:
    """Export the federation's log, and have both bundles checked by the verifier in a process of its own.

    Raises:
        Unexpected: the verifier does not accept the one, or accepts the other.
    """
    folder, key = stage.settings.data_dir, public_lines(stage.settings)[0]
    bundle = await _bundle(stage, tenant_id)
    (folder / "verify.py").write_text(one_file(), encoding="utf-8")
    voice.say("proof", style="bold", place=scene.place, bytes=len(bundle))
    for name, content, wanted in (("bundle.zip", bundle, 0), ("altered.zip", _altered(bundle), 1)):
        (folder / name).write_bytes(content)
        code, said = await _verified(folder, name, key, voice.language)
        voice.console.print("\n".join(f"  {line}" for line in said.splitlines()))
        if code != wanted:
            raise Unexpected(f"verify.py ends with {code} for {name}, not {wanted}")


async def _bundle(stage: Stage, tenant_id: TenantId) -> bytes:
    out, exported = io.BytesIO(), of_tenant(tenant_id)
    async with as_server(stage.urls) as parts:
        log = Log(
            tenant_id=tenant_id,
            store=parts.store,
            trees=parts.trees,
            checkpoints=await checkpoints_for(parts.store, parts.trees, tenant_id, exported),
            keys=public_lines(stage.settings),
        )
        await write_bundle(log, exported, out)
    return out.getvalue()


def _altered(bundle: bytes) -> bytes:
    """The bundle with one bit of the last event turned over."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            content = bytearray(source.read(name))
            if name == "events.bin":
                content[-10] ^= 1
            copy.writestr(name, bytes(content))
    return out.getvalue()


async def _verified(folder: Path, bundle: str, key: str, language: str) -> tuple[int, str]:
    """How the verifier ends, and what it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "verify.py", bundle, "--key", key, "--lang", language,
        cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode is not None, "it has ended"
    return process.returncode, said.decode(errors="replace")
