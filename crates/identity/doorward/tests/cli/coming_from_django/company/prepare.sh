# Creates the tables of both databases.
set -e
python manage.py migrate --run-syncdb -v 0 --database people
python manage.py migrate --run-syncdb -v 0 --database default
