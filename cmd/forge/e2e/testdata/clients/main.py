"""A client in little: it logs in, refreshes, creates and reads pages."""

import os

from python import AuthenticatedClient, Client
from python.api.auth import login, refresh
from python.api.notes import create_note, get_note, list_notes
from python.models import CreateNoteRequest, ErrorModel, LoginRequest, NoteList, NoteResponse, RefreshRequest, TokenResponse

base = os.environ["API"]
guest = Client(base_url=base)
tokens = login.sync(client=guest, body=LoginRequest(username="monty", password="SecurePass123!"))
assert isinstance(tokens, TokenResponse), tokens
tokens = refresh.sync(client=guest, body=RefreshRequest(refresh_token=tokens.refresh_token))
assert isinstance(tokens, TokenResponse), tokens

with AuthenticatedClient(base_url=base, token=tokens.access_token) as client:
    made = set()
    for i in range(5):
        note = create_note.sync(client=client, body=CreateNoteRequest(title=f"from Python {i}"))
        assert isinstance(note, NoteResponse) and note.body is None, note
        made.add(note.id)
    seen, cursor = set(), ""
    while cursor is not None:
        page = list_notes.sync(client=client, limit=2, cursor=cursor)
        assert isinstance(page, NoteList), page
        seen |= {note.id for note in page.items}
        cursor = page.next_cursor
    assert made <= seen, (made, seen)
    missing = get_note.sync(client=client, id=999999)
    assert isinstance(missing, ErrorModel) and missing.detail == "Note not found", missing
