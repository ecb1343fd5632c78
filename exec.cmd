@rem Windows has no "exec": npm start finds this file in the project folder instead, and runs what follows.
@%*
