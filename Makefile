# Short names for run.py; nothing happens here that run.py does not do.
.PHONY: run test bench reset lock
run:
	python3 run.py
test:
	python3 run.py test
bench:
	python3 run.py bench
reset:
	python3 run.py reset
lock:
	python3 run.py lock
