"""What is laid into a dossier, what others say of it, and what comes back after a revocation."""

from adapters.demo.acts.nominating import PATH, Dossier

PAGE = "%PDF-1.4\n% {part}: {subject}\n%%EOF\n"
PDF = "application/pdf"


async def lay_in(dossier: Dossier, *parts: str) -> None:
    """A paper for each part, as a file; then the last one is taken out again, and sent again."""
    who, path = dossier.scene.officer(dossier.unit), f"{PATH}/{dossier.id}"
    for part in parts:
        await _send(dossier, part)
    file = (await who.get(path))["files"][-1]
    await dossier.step(who, "remove-part", {"part": file["part"], "address": file["address"]})
    await _send(dossier, parts[-1])
    dossier.scene.tell(who, "laid-in", subject=dossier.subject, count=len(parts))


async def _send(dossier: Dossier, part: str) -> None:
    content = PAGE.format(part=part, subject=dossier.subject).encode()
    path = f"{PATH}/{dossier.id}/parts/{part}?name={part}.pdf"
    done = await dossier.scene.officer(dossier.unit).upload(path, content, media_type=PDF)
    dossier.went_on(done)


async def concur(dossier: Dossier, body: str, name: str) -> None:
    """Another body is asked for its word, and agrees."""
    letter = dossier.scene.paper("Công văn", "CV", "Hiệp y khen thưởng")
    said = {"body": body, "body_name": name, "agrees": True, "document": letter}
    await dossier.step(dossier.decider, "record-concurrence", said)
    dossier.scene.tell(dossier.decider, "concurred", subject=dossier.subject, name=name)


async def complain(dossier: Dossier, complaint: str, answer: str) -> None:
    """Somebody complains of an award and is right: until it is revoked the complaint stays open."""
    scene, who = dossier.scene, dossier.decider
    received = {"received_on": scene.today.isoformat(), "complaint": complaint, "channel": "Đơn gửi trực tiếp"}
    await dossier.step(who, "receive-complaint", received)
    scene.tell(who, "complaint-received", subject=dossier.subject, reason=complaint)
    paper = scene.paper("Thông báo", "TB-LĐLĐ", "Kết quả giải quyết khiếu nại")
    answered = {"number": 1, "upheld": True, "answer": answer, "document": paper, "follows": "revocation"}
    await dossier.step(who, "resolve-complaint", answered)
    scene.tell(who, "complaint-upheld", subject=dossier.subject, reason=answer)


async def give_back(dossier: Dossier) -> None:
    """The object and whatever money is owed, by one receipt."""
    who = dossier.scene.federation
    owed = (await who.get(f"{PATH}/{dossier.id}"))["outstanding_vnd"] or 0
    receipt = dossier.scene.paper("Phiếu thu", "PT", "Thu hồi tiền thưởng, hiện vật")
    back = {
        "object_returned": True, "money_vnd": owed, "on": dossier.scene.today.isoformat(), "document": receipt,
    }  # fmt: skip
    await dossier.step(who, "record-recovery", back)
    dossier.scene.tell(who, "given-back", subject=dossier.subject, money=owed)
