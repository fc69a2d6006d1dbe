"""The shop is in the default database; users and everything of theirs in `people`."""


class Router:
    def _database(self, label):
        return "default" if label == "shop" else "people"

    def db_for_read(self, model, **_):
        return self._database(model._meta.app_label)

    db_for_write = db_for_read

    def allow_relation(self, *_, **__):
        return True

    def allow_migrate(self, db, app_label, **_):
        return db == self._database(app_label)
