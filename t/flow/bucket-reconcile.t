# The same as reconcile.t, where one script may touch one bucket.

BEGIN { $ENV{PHONE_COMMIT_DOMAIN} = 'bucket' }

require './t/flow/reconcile.t';
