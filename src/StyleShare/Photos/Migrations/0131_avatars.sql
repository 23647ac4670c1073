-- The picture of a person's avatar (its SHA-256 in hex), once the photo is ready: lists make the address of it from this alone.
ALTER TABLE users ADD COLUMN avatar text;
