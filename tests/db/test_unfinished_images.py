"""The repository of images that are being made of servers, on every database."""

from computeapi.domain.unfinished_images import UnfinishedImage


def test_images_are_kept_until_they_are_forgotten(database):
    with database.write() as tx:
        now = tx.now()
        first, second = (UnfinishedImage(name, "s1", now) for name in ("i1", "i2"))
        for image in (second, first):
            tx.unfinished_images.add(image)
    with database.read() as tx:
        assert tx.unfinished_images.all() == [first, second]
    with database.write() as tx:
        tx.unfinished_images.accept("i2")
        tx.unfinished_images.remove("i1")
        tx.unfinished_images.remove("i3")
    with database.read() as tx:
        assert tx.unfinished_images.all() == [UnfinishedImage("i2", "s1", now, True)]
