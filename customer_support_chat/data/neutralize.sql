-- A copy of the store neither speaks nor hears in the name of the real one.
UPDATE support_channel
   SET app_secret = NULL,
       previous_secret = NULL,
       previous_secret_until = NULL,
       access_token = NULL,
       access_secret = NULL,
       consumer_key = NULL,
       call_url = NULL;
UPDATE support_channel
   SET state = 'paused',
       pause_reason = 'This database is a copy.'
 WHERE account_key IS NOT NULL;
