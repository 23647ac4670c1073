-- Since when an address is known to be its owner's; null until they have opened the link in the mail.
ALTER TABLE users ADD COLUMN email_verified_at timestamptz;
