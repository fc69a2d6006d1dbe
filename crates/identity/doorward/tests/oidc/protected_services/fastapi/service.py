# guide:begin
import os
from typing import Annotated

from doorward_access import Access, Principal, is_user
from doorward_access.fastapi import Guard, install
from fastapi import Depends, FastAPI, HTTPException

access = Access(os.environ["ISSUER"], os.environ["AUDIENCE"], origin=os.environ["BASE_URL"])
guard = Guard(access)
app = FastAPI()
install(app)

Reader = Annotated[Principal, Depends(guard.permission("tasks:read"))]
Payer = Annotated[Principal, Depends(guard.permission("tasks:write").recent(max_age=300))]


@app.get("/report")
def report(caller: Reader) -> dict[str, str | bool]:
    return {"subject": caller.subject, "machine": caller.is_service}


@app.post("/payments", status_code=204)
def pay(caller: Payer) -> None:
    print("paid by", caller.subject)
# guide:end


# guide:begin rules
everything = guard.permission("tasks:read_all", covered_by="tasks:read").requires(is_user)


@app.get("/reports", dependencies=[Depends(everything)])
def all_reports() -> list[str]:
    return []


@app.get("/reports/{owner}")
def one_report(owner: str, caller: Reader) -> dict[str, str]:
    if owner != caller.subject:
        raise HTTPException(403, "this report is not yours")
    return {"owner": owner}
# guide:end
