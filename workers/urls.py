"""The worker's doors, in the order a worker meets them."""

from django.urls import path

from workers import views

urlpatterns = [
    path("work/", views.market, name="market"),
    path("work/moving/", views.market_moving, name="market_moving"),
    path("work/near/", views.near, name="near"),
    path("work/<int:task_id>/", views.task, name="task"),
    path("work/<int:task_id>/moving/", views.task_moving, name="task_moving"),
    path("work/<int:task_id>/claim/", views.claim, name="claim"),
    path("work/<int:task_id>/bid/", views.bid, name="bid"),
    path("work/<int:task_id>/enter/", views.enter, name="enter"),
    path("bids/<int:bid_id>/withdraw/", views.withdraw_bid, name="bid_withdraw"),
    path("offers/<int:offer_id>/accept/", views.accept_offer, name="offer_accept"),
    path("offers/<int:offer_id>/decline/", views.decline_offer, name="offer_decline"),
    path("today/", views.worker_home, name="worker_home"),
    path("today/moving/", views.worker_home_moving, name="worker_home_moving"),
    path("today/standby/", views.standby, name="standby"),
    path("today/available/", views.available, name="available"),
    path("today/<int:assignment_id>/return/", views.give_back, name="assignment_return"),
    path("decisions/", views.decisions, name="decisions"),
    path("why/<int:allocation_id>/", views.why, name="why"),
    path("earnings/", views.earnings, name="worker_earnings"),
    path("profile/", views.profile, name="worker_profile"),
]
