"""The doors of batches: templates, tables and results for clients, the working page for workers."""
