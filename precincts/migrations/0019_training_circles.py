from django.db import migrations

MAKE = """
CREATE FUNCTION precincts_refuse_training_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE above (person_id) AS (
            SELECT NEW.trainer_id
            UNION
            SELECT t.trainer_id FROM precincts_training t JOIN above ON t.trained_id = above.person_id
        )
        SELECT FROM above WHERE person_id = NEW.trained_id
    ) THEN
        RAISE EXCEPTION 'the trainer was trained by the one they would train'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'training_without_circle';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER training_without_circle BEFORE INSERT OR UPDATE ON precincts_training
    FOR EACH ROW EXECUTE FUNCTION precincts_refuse_training_circle();
"""
TAKE = """
DROP TRIGGER training_without_circle ON precincts_training;
DROP FUNCTION precincts_refuse_training_circle();
"""


class Migration(migrations.Migration):
    dependencies = [("precincts", "0018_trainings")]

    operations = [migrations.RunSQL(MAKE, TAKE)]
