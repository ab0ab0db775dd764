# The same as old-bills.t, where one script may touch one bucket.

BEGIN { $ENV{PHONE_COMMIT_DOMAIN} = 'bucket' }

require './t/flow/old-bills.t';
