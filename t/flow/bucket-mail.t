# The same as mail.t, where one script may touch one bucket.

BEGIN { $ENV{PHONE_COMMIT_DOMAIN} = 'bucket' }

require './t/flow/mail.t';
