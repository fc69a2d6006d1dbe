// Tables follow.
