from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        from accounts import background, bulk_kinds, notice_kinds
        from contacts import list_bulk
        from contacts.background import KINDS, running_imports, tell_of_end
        from contacts.models import Import
        from contacts.signals import import_finished

        bulk_kinds.register(*list_bulk.KINDS)
        background.register("imports", running_imports)
        notice_kinds.register(*KINDS)
        import_finished.connect(tell_of_end, sender=Import, dispatch_uid="contacts.tell_of_end")
