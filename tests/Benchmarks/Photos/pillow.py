# The same eight renditions by Pillow, over and over on one core: pillow.py PHOTO SECONDS METHOD; how many photos it made.
# It lets the JPEG decoder reduce the picture (draft), as the service does, and writes into memory.
import io
import sys
import time

from PIL import Image, ImageOps

photo = open(sys.argv[1], "rb").read()
seconds, method = float(sys.argv[2]), int(sys.argv[3])


def save(image):
    for form, options in (("JPEG", {"quality": 80, "optimize": True}), ("WEBP", {"quality": 75, "method": method})):
        image.save(io.BytesIO(), form, **options)


def render():
    image = Image.open(io.BytesIO(photo))
    image.draft("RGB", (1080, 1080))
    image = ImageOps.exif_transpose(image).convert("RGB")
    sizes = []
    for side in (1080, 640, 320):
        image = image.copy()
        image.thumbnail((side, side), Image.LANCZOS)
        sizes.append(image)
    sizes.append(ImageOps.fit(image, (150, 150), Image.LANCZOS))
    for size in sizes:
        save(size)


render()
done, start = 0, time.monotonic()
while time.monotonic() - start < seconds:
    render()
    done += 1
print((time.monotonic() - start) / done)
