// Registers the service worker, which shows the offline page when there is no network.
navigator.serviceWorker?.register(document.currentScript.dataset.worker);
