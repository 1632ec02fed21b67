"""One account may be client and worker: each side begins with one short form."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.forms import ClientForm
from clients.actions import become_client as start_as_client
from marketplace.doors import PersonRequest
from workers.actions import become_worker as start_as_worker
from workers.forms import WorkerForm


@login_required
def become_client(request: PersonRequest) -> HttpResponse:
    if hasattr(request.user, "client"):
        return redirect("task_new")
    form = ClientForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        start_as_client(user=request.user, now=timezone.now(), **form.cleaned_data)
        return redirect("task_new")
    return render(request, "accounts/become_client.html", {"form": form})


@login_required
def become_worker(request: PersonRequest) -> HttpResponse:
    if hasattr(request.user, "worker"):
        return redirect("worker_home")
    form = WorkerForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        start_as_worker(user=request.user, **form.facts())
        return redirect("market")
    return render(request, "accounts/become_worker.html", {"form": form})
